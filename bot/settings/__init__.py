"""What a server decides for itself."""
