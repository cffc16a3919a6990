"""How the reader was made: examples, training, export."""
