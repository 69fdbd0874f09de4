"""The way of a review: who has a call, second reviews, publication, appeals, decisions."""
