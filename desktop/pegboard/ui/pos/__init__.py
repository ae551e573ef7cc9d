"""The Shops page: what the tills sold and what it pulls."""
