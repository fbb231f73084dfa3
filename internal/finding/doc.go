// Package finding is the vocabulary that every other package speaks: a
// [Severity], an [Action], a [Path] into a document, a [Location] in a file, a
// [Rule], a [Finding] and the [Report] that collects them.
//
// It holds no logic beyond naming, ordering and (un)marshalling, and imports
// only the standard library, so that everything may import it.
package finding
