"""The gateway's pages, for who keeps a district's receivers."""
