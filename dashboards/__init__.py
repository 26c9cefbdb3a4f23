"""The pages: they show one release and decide nothing."""
