"""What the office and the floor do: verbs that take the transaction first."""
