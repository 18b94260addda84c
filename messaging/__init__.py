"""Messages out to residents: one door, several ways (SMS, e-mail, WeCom), rows that a sweep delivers."""
