"""The field's measures against labels."""
