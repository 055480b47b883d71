"""What AWS does with logs by itself and MiniStack does not, done by following the log groups."""
