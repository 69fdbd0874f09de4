"""The operator's page (接听台): the call that is talked, who calls, and where the caller goes on."""
