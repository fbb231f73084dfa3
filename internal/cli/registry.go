package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/credential"
	"guard/internal/registry/transport"
)

// registryFlags are the flags of every command that asks a registry.
type registryFlags struct {
	allow, insecure, realms []string
	timeout                 time.Duration
}

const registryHelp = `Credentials are those of docker and podman, credential helpers included, or
GUARD_REGISTRY_USERNAME and GUARD_REGISTRY_PASSWORD for the one host in
GUARD_REGISTRY_HOST. They go to the registry they are for and to its token
service, and follow no redirect. A registry is asked in HTTPS and at public
addresses only, also where it redirects to, unless a flag says otherwise.
HTTPS_PROXY and NO_PROXY hold.`

func (f *registryFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.allow, "registry-allow", nil, "`HOST[:PORT]` that may have loopback and private addresses; may be repeated (GUARD_REGISTRY_ALLOW)")
	flags.StringSliceVar(&f.insecure, "registry-insecure", nil, "`HOST[:PORT]` that is asked in plain HTTP; may be repeated (GUARD_REGISTRY_INSECURE)")
	flags.StringSliceVar(&f.realms, "registry-realm", nil, "`REGISTRY=HOST`: another host that may see the credentials as its token service (GUARD_REGISTRY_REALM)")
	flags.DurationVar(&f.timeout, "registry-timeout", 2*time.Minute, "how much `time` all questions to registries may take together")
	for _, name := range []string{"registry-allow", "registry-insecure", "registry-realm", "registry-timeout"} {
		completeFixed(cmd, name)
	}
}

// client makes the client that the flags and the environment describe.
func (f *registryFlags) client(cmd *cobra.Command, w *World) (*registry.Client, error) {
	if f.timeout <= 0 {
		return nil, usagef(cmd, "--registry-timeout %s: expected more than 0", f.timeout)
	}
	environment, err := credential.FromEnvironment(w.Getenv)
	if err != nil {
		return nil, usagef(cmd, "%v", err)
	}
	options := f.transport(w)
	options.Credentials = credential.First(environment, credential.FromDocker)
	client, err := registry.New(registry.Options{Transport: options})
	if err != nil {
		return nil, usagef(cmd, "%v", err)
	}
	return client, nil
}

// transport is how the flags and the environment let guard out, without any
// credential.
func (f *registryFlags) transport(w *World) transport.Options {
	return transport.Options{
		Allow:     f.hosts(w, f.allow, "GUARD_REGISTRY_ALLOW"),
		Insecure:  f.hosts(w, f.insecure, "GUARD_REGISTRY_INSECURE"),
		Realms:    f.hosts(w, f.realms, "GUARD_REGISTRY_REALM"),
		Proxies:   transport.ProxiesFromEnvironment(w.Getenv),
		UserAgent: "guard/" + cmp.Or(build().Version, "devel"),
		Budget:    f.timeout,
	}
}

// registryFacts says what images are as registries do.
type registryFacts struct{ client *registry.Client }

func (f registryFacts) Image(ctx context.Context, ref imageref.Reference) (registry.Image, error) {
	return f.client.Resolve(ctx, ref)
}

// hosts are those of a flag, else those of a variable, separated by commas.
func (f *registryFlags) hosts(w *World, given []string, variable string) []string {
	if value := w.env(variable); len(given) == 0 && value != "" {
		given = strings.Split(value, ",")
	}
	return given
}
