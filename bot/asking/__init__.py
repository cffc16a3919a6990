"""Questions from members, however asked, and what they press under the answers."""
