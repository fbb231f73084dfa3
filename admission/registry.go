package admission

import (
	"strings"
	"time"

	"guard/internal/registry"
	"guard/internal/registry/credential"
	"guard/internal/registry/transport"
)

// budget is the most that all requests of one look-up may take.
const budget = 20 * time.Second

// imageBytes is the most that is read to say what one image is. Who may create a
// Pod chooses the registry, and many are asked at the same time; what images
// have is a hundredth of it.
const imageBytes = 1 << 20

// NewRegistry makes a client by the variables that guard check goes by:
// GUARD_REGISTRY_ALLOW, GUARD_REGISTRY_INSECURE, GUARD_REGISTRY_REALM (hosts,
// with commas), GUARD_REGISTRY_USERNAME and its kin, Docker's configuration,
// and those of proxies.
func NewRegistry(getenv func(string) (string, bool)) (*registry.Client, error) {
	environment, err := credential.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	return registry.New(registry.Options{Image: imageBytes, Transport: transport.Options{
		Allow:       hosts(getenv, "GUARD_REGISTRY_ALLOW"),
		Insecure:    hosts(getenv, "GUARD_REGISTRY_INSECURE"),
		Realms:      hosts(getenv, "GUARD_REGISTRY_REALM"),
		Credentials: credential.First(environment, credential.FromDocker),
		Proxies:     transport.ProxiesFromEnvironment(getenv),
		UserAgent:   "guard-webhook",
		Budget:      budget,
	}})
}

// hosts are those of a variable, separated by commas.
func hosts(getenv func(string) (string, bool), name string) []string {
	list, _ := getenv(name)
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}
