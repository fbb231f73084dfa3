// Package metadata tells which tags docker/metadata-action gives an image in a
// run. It knows the action's rules (types, priorities, flavors, templates) and
// works on strings whose parts need not be known.
//
//	result := metadata.Evaluate(
//		metadata.Inputs{Images: symbol.Text("shop"), Tags: symbol.Text("type=sha")},
//		metadata.Context{Event: "push", Ref: symbol.Text("refs/heads/main"), SHA: symbol.Of(symbol.FullSHA())},
//	)
//	result.Tags[0].Reference.String() // "shop:sha-<sha7>"
//
// What it takes for granted: a part that is not known holds no comma, quote,
// line break or template of its own, and only what a tag may hold. Of version
// 3, templates with options and values with an equals sign are read as newer
// versions read them.
package metadata
