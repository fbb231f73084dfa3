package registry

// What is read at most.
const (
	MaxManifest   = 4 << 20  // bytes of a manifest, index or configuration
	MaxBlob       = 10 << 20 // bytes of a signature or attestation
	MaxSignatures = 64       // signatures, or attestations, of one image

	maxImage     = 8 << 20 // bytes of all manifests and configurations of one image
	maxDepth     = 3       // indexes in indexes, the outermost counted
	maxChildren  = 128     // manifests of one image
	maxReferrers = 1000
	maxPages     = 20 // of referrers
	maxParallel  = 4  // requests for one image at a time
)
