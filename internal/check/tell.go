package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guard/internal/document"
	"guard/internal/imagefacts"
)

// tell gives the images of a file what registries say of them. What is asked
// for and stays unknown is told as that.
func (r *run) tell(ctx context.Context, documents []*document.Document) error {
	if r.Registry == nil {
		return nil
	}
	for _, d := range documents {
		wanted, err := r.asks(d.Kind, "facts")
		if err != nil {
			return err
		}
		for i := range d.Images {
			if image := &d.Images[i]; wanted && image.Pulled() {
				if err := r.tellOf(ctx, d, image); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *run) tellOf(ctx context.Context, d *document.Document, image *document.Image) error {
	answer, asked := r.answers[questionOf(image.Reference).key]
	facts := answer.facts
	switch {
	case !asked:
		facts = imagefacts.Unknown(fmt.Sprintf("more than %d images: the registry was not asked for it", maxAsked))
	case answer.notFound && image.Digest == "" && (image.Own || r.facts.Builds(image)):
		facts = imagefacts.Unknown("the registry does not have it; it is one of your own, so it may be pushed later")
	}
	r.tellTag(d, image, &facts)
	if !facts.Known {
		d.LeaveUnknown(image, facts.Reason)
	}
	if err := r.tellTrust(d, image, &facts); err != nil {
		return err
	}
	if err := r.trace(ctx, d, image, &facts); err != nil {
		return err
	}
	d.Tell(image, facts)
	return nil
}

// tellTag says what the tag beside a digest names, where that was asked for.
func (r *run) tellTag(d *document.Document, image *document.Image, facts *document.ImageFacts) {
	tag, ok := tagQuestion(image.Reference)
	answer, asked := r.answers[tag.key]
	if !ok || !asked {
		return
	}
	facts.TagDigest = imagefacts.NamesNow(answer.facts, image.Digest)
	if facts.Known && !answer.facts.Known {
		d.LeaveUnknown(image, "what its tag names today: "+answer.facts.Reason)
	}
}

// trace says from where an image of one's own comes.
func (r *run) trace(ctx context.Context, d *document.Document, image *document.Image, facts *document.ImageFacts) error {
	if !image.Own || !facts.Exists {
		return nil
	}
	facts.Inherited = r.inherited(image, facts)
	if facts.MoreSecrets {
		d.LeaveUnknown(image, "its configuration and history hold more than is looked at for secrets")
	}
	asks, err := r.asks(d.Kind, "commits")
	if err != nil || !asks {
		return err
	}
	for _, named := range r.namedCommits(image, facts) {
		found, err := r.commits.find(ctx, r.Commits, named.ID)
		if err != nil {
			return err
		}
		named.State, named.Reason = found.State.String(), found.Reason
		facts.Commits = append(facts.Commits, named)
		if named.State == "unknown" {
			d.LeaveUnknown(image, fmt.Sprintf("whether its commit %s is one of this repository: %s", named.ID, named.Reason))
		}
	}
	return nil
}

// inherited says why the labels of an image are those of another one.
func (r *run) inherited(image *document.Image, facts *document.ImageFacts) string {
	for _, p := range facts.Platforms {
		if base := r.bases[p.Revision]; p.Revision != "" && base != "" {
			return fmt.Sprintf("the revision is that of the base image %s", base)
		}
		source := imagefacts.SourceName(p.Source)
		if own := r.ownName(); r.facts.Builds(image) && source != "" && own != "" && source != own {
			return fmt.Sprintf("the source is %s, and %s builds it", source, own)
		}
	}
	return ""
}

// namedCommits are the commits that an image names and that must be in this
// repository: its source is, or it is built here.
func (r *run) namedCommits(image *document.Image, facts *document.ImageFacts) []document.CommitFacts {
	var named []document.CommitFacts
	here := r.facts.Builds(image)
	for _, p := range facts.Platforms {
		source := imagefacts.SourceName(p.Source)
		ours := source != "" && source == r.ownName() || source == "" && here
		if c := (document.CommitFacts{ID: p.Commit, From: "label"}); ours && c.ID != "" && facts.Inherited == "" && !slices.Contains(named, c) {
			named = append(named, c)
		}
	}
	if here && imagefacts.IsCommit(image.Commit) {
		named = append(named, document.CommitFacts{ID: image.Commit, From: "tag"})
	}
	return named
}

// ownName is the repository that is checked, as host/owner/name; "" where it
// is not known.
func (r *run) ownName() string {
	if r.Host == "" || r.Repository == "" {
		return ""
	}
	return strings.ToLower(fmt.Sprintf("%s/%s", r.Host, r.Repository))
}

// Tell gives the images of one file the facts that a run over that file alone
// would give them. Rules play no part: everything is asked for.
func Tell(ctx context.Context, o Options, documents []*document.Document) error {
	o.Evaluator = nil
	r := &run{Options: &o}
	asked, err := r.questions(documents)
	if err != nil {
		return err
	}
	r.entries = []*entry{{asked: asked, learned: document.Learn(documents)}}
	r.join()
	if err := r.askAll(ctx); err != nil {
		return err
	}
	r.facts.Apply(documents)
	return r.tell(ctx, documents)
}
