package imageref

// Classifier says what tags mean. A nil *Classifier is the default one.
type Classifier struct {
	Branches []string // names and path.Match patterns of branches, besides the usual ones
	Channels []string // names of channels, besides the usual ones
}

// Parse parses and classifies a reference. It never fails: what is wrong with
// raw stands in Invalid, BadDigest or Unresolved of the result.
func (c *Classifier) Parse(raw string) Reference {
	return Reference{Raw: raw}
}
