"""What changes briefings and subscriptions."""
