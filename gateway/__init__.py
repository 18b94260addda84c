"""Events out: each committed move of an order, told to registered receivers by signed webhooks."""
