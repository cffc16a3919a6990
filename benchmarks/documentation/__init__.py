"""Questions that people ask of software, from the documentation of packages: headings that are questions, and what is below them."""
