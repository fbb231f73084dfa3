// Package imagefacts turns what registries say of images, and what a trust
// policy makes of what is signed about them, into the facts that rules see. It
// asks nobody: guard check and the webhook do, each in its own way, and both
// give rules the same facts for the same answers.
//
//	image, err := client.Resolve(ctx, ref)
//	document.Tell(&document.Images[0], imagefacts.Of(image, err))
package imagefacts
