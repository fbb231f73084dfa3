package trace

// Status is what is known of a link.
type Status string

// The statuses. None of them is ever taken for another.
const (
	Proved  Status = "proved"  // by content, a trusted signature or the clone
	Claimed Status = "claimed" // somebody says so, and nothing proves it
	Broken  Status = "broken"  // it is known not to hold
	Unknown Status = "unknown" // it cannot be told, for a reason
)

// The names of the links, in the order of a chain.
const (
	LinkDigest     = "digest"     // what the reference names
	LinkTag        = "tag"        // the commit or release in the tag
	LinkRevision   = "revision"   // the label org.opencontainers.image.revision
	LinkSource     = "source"     // the label org.opencontainers.image.source
	LinkSignature  = "signature"  // where the trust policy demands one
	LinkProvenance = "provenance" // the signed statement of where it was built from
	LinkAgreement  = "agreement"  // all that name a commit name the same one
	LinkRepository = "repository" // all that name a repository name the same one
	LinkCommit     = "commit"     // in the clone, on a branch or tag that counts
	LinkWorkflow   = "workflow"   // what built it
)

// Chain is what is known of the way from an image to its commit. Its JSON form
// is a contract for machine readers.
type Chain struct {
	Version   int    `json:"version"`   // of this form: 1
	Reference string `json:"reference"` // as it was asked for, in full
	Digest    string `json:"digest"`    // of what it names; "" where not known
	Commit    string `json:"commit"`    // what the image was built from, if the chain holds; "" where nothing names it
	Source    string `json:"source"`    // the repository of that, host and path; "" where nothing names it
	Status    Status `json:"status"`    // of the whole
	Message   string `json:"message"`   // why the whole is so
	Links     []Link `json:"links"`
}

// Link is one step of the way.
type Link struct {
	Name     string     `json:"link"`
	Status   Status     `json:"status"`
	Message  string     `json:"message"` // a clause that says what was found
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is one fact that a link was judged by.
type Evidence struct {
	What  string `json:"what"`
	Value string `json:"value"`
}

// Link gives a link by name; nil where the chain has none.
func (c Chain) Link(name string) *Link {
	for i := range c.Links {
		if c.Links[i].Name == name {
			return &c.Links[i]
		}
	}
	return nil
}
