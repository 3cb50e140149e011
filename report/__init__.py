"""What readers see of the warehouse."""
