"""What turns an event from outside into demand."""
