package registry

import (
	"path"
	"slices"
	"strings"
)

// dockerImage is one image in manifest.json of an archive of Docker's.
type dockerImage struct {
	Config   string
	RepoTags []string
}

// openDocker reads what docker save wrote. Such an archive has no manifest,
// and so the image no digest; its configuration has, which is its ID.
func openDocker(a *archive, tag string) (Image, error) {
	listing, err := a.read("manifest.json", MaxManifest)
	if err != nil {
		return Image{}, err
	}
	var images []dockerImage
	if err := decode(listing, &images); err != nil {
		return Image{}, invalid("manifest.json: %w", err)
	}
	picked, err := pickDocker(images, tag)
	if err != nil {
		return Image{}, err
	}
	data, err := a.read(picked.Config, MaxManifest)
	if err != nil {
		return Image{}, err
	}
	if named := namedDigest(picked.Config); named != "" && named != digestOf(data) {
		return Image{}, invalid("configuration: the bytes have the digest %s, not %s", digestOf(data), named)
	}
	p, err := parseConfig(data)
	if err != nil {
		return Image{}, invalid("configuration: %w", err)
	}
	p.ConfigDigest = digestOf(data)
	return Image{Platforms: []Platform{p}}, nil
}

func pickDocker(images []dockerImage, tag string) (dockerImage, error) {
	if tag != "" {
		images = slices.DeleteFunc(images, func(i dockerImage) bool { return !slices.Contains(i.RepoTags, tag) })
	}
	switch {
	case len(images) == 0 && tag != "":
		return dockerImage{}, notFound("no image %q in it", shorten(tag))
	case len(images) == 0:
		return dockerImage{}, notFound("no image in it")
	case len(images) > 1:
		return dockerImage{}, invalid("it holds %d images; name one, after a colon", len(images))
	}
	return images[0], nil
}

// namedDigest is the digest in the name of a configuration: Docker writes
// <hex>.json or blobs/sha256/<hex>, others sha256:<hex>. "" where there is none.
func namedDigest(name string) string {
	digest := "sha256:" + strings.TrimPrefix(strings.TrimSuffix(path.Base(name), ".json"), "sha256:")
	if !isDigest(digest) {
		return ""
	}
	return digest
}
