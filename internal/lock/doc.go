// Package lock keeps what registries said of the images that files name, so
// that whoever checks the files later gets the same answers without a registry.
//
//	l, err := lock.Load(lock.Name, data)
//	if err != nil { … }
//	image, err := l.Image(ctx, ref) // asks nobody; unknown is registry.ErrUnavailable
//
// A lock file is JSON of version 1: the time, and for every reference its
// digest and, for every platform, user, labels and time of creation.
package lock
