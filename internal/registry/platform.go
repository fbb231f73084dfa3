package registry

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// platform reads the configuration of a manifest.
func (s *surveyor) platform(ctx context.Context, digest string, m wireManifest) (Platform, error) {
	if !isConfig(m.Config.MediaType) {
		return Platform{}, s.source.invalid(fmt.Errorf("%s is no image but an artifact of the type %q", digest, shorten(m.artifactType())))
	}
	if err := s.take(m.Config.Descriptor); err != nil {
		return Platform{}, err
	}
	data, err := s.source.Blob(ctx, m.Config.Digest, m.Config.Size)
	if err != nil {
		return Platform{}, err
	}
	p, err := parseConfig(data)
	if err != nil {
		return Platform{}, s.source.invalid(fmt.Errorf("configuration %s: %w", m.Config.Digest, err))
	}
	p.Digest, p.ConfigDigest, p.Annotations = digest, m.Config.Digest, m.Annotations
	for _, layer := range m.Layers {
		p.Layers = append(p.Layers, layer.Descriptor)
	}
	return p, nil
}

// parseConfig reads the configuration of an image.
func parseConfig(data []byte) (Platform, error) {
	var c wireConfig
	if err := decode(data, &c); err != nil {
		return Platform{}, err
	}
	p := Platform{
		OS: c.OS, Architecture: c.Architecture, Variant: c.Variant, Created: c.Created,
		User: c.Config.User, WorkingDir: c.Config.WorkingDir, Labels: c.Config.Labels, Env: c.Config.Env,
		Entrypoint: c.Config.Entrypoint, Cmd: c.Config.Cmd, Ports: slices.Sorted(maps.Keys(c.Config.ExposedPorts)),
	}
	for _, step := range c.History {
		p.History = append(p.History, Step(step))
	}
	return p, nil
}

// misnamed tells where an index names another platform than its child.
func misnamed(children []wireDescriptor, platforms []Platform) []string {
	var told []string
	seen := map[string]bool{}
	for i, p := range platforms {
		if named := children[i].Platform; named != nil && (named.OS != p.OS || named.Architecture != p.Architecture) {
			told = append(told, fmt.Sprintf("the index names %s as %s, its configuration is %s", p.Digest, shorten(named.OS+"/"+named.Architecture), shorten(p.String())))
		}
		if seen[p.String()] && p.OS != "windows" { // of which there are many versions
			told = append(told, fmt.Sprintf("there are several images for %s", shorten(p.String())))
		}
		seen[p.String()] = true
	}
	return told
}

// sameEverywhere are the facts that do not depend on the platform.
var sameEverywhere = []struct {
	name  string
	value func(Platform) string
}{
	{"user", func(p Platform) string { return p.User }},
	{"label org.opencontainers.image.revision", func(p Platform) string { return p.Labels["org.opencontainers.image.revision"] }},
	{"label org.opencontainers.image.source", func(p Platform) string { return p.Labels["org.opencontainers.image.source"] }},
	{"label org.opencontainers.image.version", func(p Platform) string { return p.Labels["org.opencontainers.image.version"] }},
}

// differences tells where platforms differ in what should be one.
func differences(platforms []Platform) []string {
	var told []string
	for _, fact := range sameEverywhere {
		first := platforms[0]
		for _, p := range platforms[1:] {
			if fact.value(p) != fact.value(first) && p.OS == first.OS {
				told = append(told, fmt.Sprintf("the %s is %q on %s and %q on %s", fact.name,
					shorten(fact.value(first)), shorten(first.String()), shorten(fact.value(p)), shorten(p.String())))
				break
			}
		}
	}
	return told
}
