"""`make acceptance`: one story and one list of questions, asked of the simulator, of MiniStack or of an AWS account."""
