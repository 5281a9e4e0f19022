"""Who a few records are, now: the batch's own rules on the little that they touch."""
