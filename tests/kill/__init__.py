"""Parts of the kill proof: a played house, its killing, a volunteer at work, the comparison."""
