"""What leaves the house from time to time: points de situation and the map. Pure."""
