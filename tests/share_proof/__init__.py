"""Four processes on one shared folder: three people, and the syncing one that is killed."""
