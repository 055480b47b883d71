"""What AWS does by itself and MiniStack does not, done by following what is there."""
