"""What an outside supervisor (社会质量监督员) was handed to hear."""
