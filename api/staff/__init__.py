"""Staff's operations, one file a resource: each asks for a secret key with the scope that its route names."""
