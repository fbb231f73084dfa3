// Package registry is guard's way to OCI registries: what an image is, and
// what is attached to it.
//
//	client, err := registry.New(registry.Options{})
//	image, err := client.Resolve(ctx, ref)
//	image.Digest, image.Platforms[0].User
//
// A reference is resolved once in a run; from then on its digest is used, and
// whatever is fetched by a digest is compared with it. Layouts on disk and
// archives give the same facts (Open).
//
// The registry is taken to be hostile. Package transport says where guard
// connects to and what it shows to whom; here answers are bounded in size,
// depth and number, and what contradicts itself is an error and no fact.
// Errors are told apart by errors.Is: ErrNotFound, ErrUnauthorized,
// ErrUnavailable, ErrRefused, ErrInvalid.
package registry
