package trace

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/registry/signature"
)

// provenance judges what a trusted signer says of the image.
func (j *judge) provenance() Link {
	link := Link{Name: LinkProvenance, Status: Unknown}
	for _, o := range j.origins {
		if o.commit != "" {
			link.Evidence = append(link.Evidence, Evidence{"commit, by the " + o.what, o.commit}, Evidence{"signed by", o.signer})
		}
	}
	if len(link.Evidence) > 0 {
		link.Status, link.Message = Proved, "a trusted signer names the commit that this digest was built from"
		return link
	}
	link.Status, link.Message = j.noProvenance()
	return link
}

// noProvenance says why nothing proves where the image is from.
func (j *judge) noProvenance() (Status, string) {
	result := j.in.Verified
	switch {
	case result == nil:
		return Unknown, "nothing could be verified: " + j.in.Unverified
	case result.Status == signature.Untrusted && j.in.Attached > 0:
		return Claimed, fmt.Sprintf("untrusted: %d signatures or attestations are attached, and no entry of the trust policy is for this image", j.in.Attached)
	case result.Status == signature.Untrusted:
		return Unknown, "untrusted: no entry of the trust policy is for this image"
	}
	for _, d := range result.Attestations {
		if isProvenance(d.PredicateType) && d.Status != signature.Satisfied {
			return statusOf(d.Status), string(d.Status) + ": " + d.Message
		}
	}
	if len(j.origins) > 0 {
		return Unknown, "what is signed names no single commit"
	}
	return Unknown, "the trust policy demands no provenance of this image, and no certificate names a commit"
}

func isProvenance(predicateType string) bool {
	return predicateType == signature.PredicateProvenanceV1 || predicateType == signature.PredicateProvenanceV02
}

// agreement holds everything that names a commit against everything else.
func (j *judge) agreement() Link {
	link := Link{Name: LinkAgreement, Status: Claimed, Message: "all that name a commit name the same one, and none of them is signed"}
	if a, b, differ := disagree(j.commits, func(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }); differ {
		link.Status = Broken
		link.Message = fmt.Sprintf("the %s names commit %s, the %s names %s", a.by, short(a.value), b.by, short(b.value))
		link.Evidence = []Evidence{a.evidence(), b.evidence()}
		return link
	}
	for _, c := range j.commits {
		link.Evidence = append(link.Evidence, c.evidence())
	}
	switch signed := anySigned(j.commits); {
	case len(j.commits) == 0:
		link.Status, link.Message = Unknown, "nothing names a commit"
	case len(j.commits) == 1 && signed:
		link.Status, link.Message = Proved, "only what is signed names a commit, and nothing contradicts it"
	case len(j.commits) == 1:
		link.Message = "only the " + j.commits[0].by + " names a commit"
	case signed:
		link.Status, link.Message = Proved, "all that name a commit name the one that is signed"
	}
	return link
}

// repository holds everything that names a repository against everything else,
// and against the clone.
func (j *judge) repository() Link {
	link := Link{Name: LinkRepository, Status: Claimed, Message: "all that name a repository name the same one, and none of them is signed"}
	claims := named(slices.Clone(j.places), "remote of the clone", j.in.Clone, false)
	if a, b, differ := disagree(claims, func(a, b string) bool { return a == b }); differ {
		link.Status = Broken
		link.Message = fmt.Sprintf("the %s names %s, the %s names %s", a.by, a.value, b.by, b.value)
		link.Evidence = []Evidence{a.evidence(), b.evidence()}
		return link
	}
	for _, c := range claims {
		link.Evidence = append(link.Evidence, c.evidence())
	}
	switch {
	case len(j.places) == 0:
		link.Status, link.Message = Unknown, "nothing about the image names a repository"
	case anySigned(claims):
		link.Status, link.Message = Proved, "all that name a repository name the one that is signed"
	}
	return link
}

// disagree gives the first two claims that are not the same.
func disagree(claims []claim, same func(a, b string) bool) (a, b claim, found bool) {
	for i, a := range claims {
		for _, b := range claims[i+1:] {
			if !same(a.value, b.value) {
				return a, b, true
			}
		}
	}
	return claim{}, claim{}, false
}

func anySigned(claims []claim) bool {
	for _, c := range claims {
		if c.signed {
			return true
		}
	}
	return false
}

func short(commit string) string { return commit[:min(len(commit), 12)] }
