"""What the public DNS says. Nothing here knows the portal, its customers or its mail servers."""
