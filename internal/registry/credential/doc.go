// Package credential finds the credentials for one registry: in the
// environment, and where docker and podman keep them, helpers included.
//
//	source, err := credential.FromEnvironment(os.LookupEnv)
//	source = credential.First(source, credential.FromDocker)
//	c, err := source(ctx, "ghcr.io", "acme/shop")
//
// A credential belongs to the one host it was found for. Who holds it may send
// it there, and to the token service of that host, and nowhere else.
package credential
