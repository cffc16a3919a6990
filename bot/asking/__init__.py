"""Members' questions, however asked, and the buttons under the answers."""
