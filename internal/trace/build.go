package trace

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/registry/signature"
)

// Commits lists the commits that anything names, as they are named, for the
// caller to look up in the clone.
func Commits(in Input) []string {
	var all []string
	for _, c := range newJudge(in).commits {
		all = append(all, c.value)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Build judges every link of the chain and the whole.
func Build(in Input) Chain {
	j := newJudge(in)
	chain := Chain{Version: 1, Reference: in.Reference.String(), Digest: in.Digest, Commit: j.commit(), Source: j.source()}
	chain.Links = []Link{j.digest()}
	if in.Digest != "" {
		chain.Links = append(chain.Links, j.tag, j.revision, j.sourceLabel)
		if signed := j.signature(); signed != nil {
			chain.Links = append(chain.Links, *signed)
		}
		chain.Links = append(chain.Links, j.provenance(), j.agreement(), j.repository(), j.inClone(), j.workflow())
	}
	chain.Status, chain.Message = conclude(chain)
	return chain
}

// claim is a commit or a repository, and who names it.
type claim struct {
	by     string
	value  string
	signed bool
}

func (c claim) evidence() Evidence { return Evidence{c.by, c.value} }

// judge holds what the links share.
type judge struct {
	in                         Input
	origins                    []origin
	tag, revision, sourceLabel Link
	commits, places            []claim // everything that names one and counts
}

func newJudge(in Input) *judge {
	j := &judge{in: in}
	j.readSource()
	labelled := slices.Clone(j.places)
	j.places = nil
	j.origins = origins(in.Verified, func(place string) bool {
		known := named(labelled, "clone", in.Clone, false)
		return len(known) == 0 || slices.ContainsFunc(known, func(c claim) bool { return c.value == place })
	})
	for _, o := range j.origins {
		j.commits = named(j.commits, "signed "+o.what, o.commit, true)
		j.places = named(j.places, "signed "+o.what, o.source, true)
	}
	j.places = append(j.places, labelled...)
	j.readTag() // after the source: a tag is a release of that
	j.readRevision()
	return j
}

func named(claims []claim, by, value string, signed bool) []claim {
	if value == "" || slices.Contains(claims, claim{by, value, signed}) {
		return claims
	}
	return append(claims, claim{by, value, signed})
}

// commit is what the image was built from: what is signed before what is only
// claimed, in full where the clone knows it.
func (j *judge) commit() string {
	if len(j.commits) == 0 {
		return ""
	}
	value := j.commits[0].value
	for _, c := range j.commits {
		if strings.HasPrefix(c.value, value) {
			value = c.value
		}
	}
	return value
}

func (j *judge) source() string {
	if len(j.places) == 0 {
		return ""
	}
	return j.places[0].value
}

func (j *judge) digest() Link {
	link := Link{Name: LinkDigest}
	switch {
	case j.in.Digest != "":
		link.Status, link.Message = Proved, "the registry has it, and its content is what the digest says"
		link.Evidence = []Evidence{{"digest", j.in.Digest}}
	case j.in.Missing:
		link.Status, link.Message = Broken, "the reference names nothing: "+j.in.Problem
	default:
		link.Status, link.Message = Unknown, "the registry could not be asked: "+j.in.Problem
	}
	return link
}

// signature is what the trust policy demands beside provenance; nil where it
// demands nothing.
func (j *judge) signature() *Link {
	if j.in.Verified == nil || j.in.Verified.Signature == nil {
		return nil
	}
	d := j.in.Verified.Signature
	link := Link{Name: LinkSignature, Status: statusOf(d.Status), Message: first(d.Message, "it is signed as the trust policy demands")}
	if d.Status != signature.Satisfied {
		link.Message = string(d.Status) + ": " + link.Message
	}
	for _, outcome := range d.Authorities {
		for _, proof := range outcome.Accepted {
			link.Evidence = append(link.Evidence, Evidence{"signed by " + outcome.Authority, first(proof.Signer.Subject, proof.Signer.KeyHash)})
		}
	}
	return &link
}

// statusOf is what a demand that is not met means: what is there and does not
// hold is broken, and what is not there proves nothing.
func statusOf(s signature.Status) Status {
	switch s {
	case signature.Satisfied:
		return Proved
	case signature.Invalid:
		return Broken
	}
	return Unknown
}

func (j *judge) workflow() Link {
	link := Link{Name: LinkWorkflow, Status: Unknown, Message: "nothing that is signed says what built it"}
	for _, o := range j.origins {
		built := o.built()
		if built == "" {
			continue
		}
		link.Status, link.Message = Proved, "the signed "+o.what+" says what built it"
		link.Evidence = append(link.Evidence, Evidence{"workflow", built})
		if o.trigger != "" {
			link.Evidence = append(link.Evidence, Evidence{"started by", o.trigger})
		}
		break
	}
	return link
}

// inClone is whether the commit is on a branch or tag that counts.
func (j *judge) inClone() Link {
	link := Link{Name: LinkCommit, Status: Unknown}
	commit := j.commit()
	switch known, looked := j.in.Commits[commit]; {
	case commit == "":
		link.Message = "nothing names a commit"
	case j.in.Commits == nil:
		link.Message = "there is no clone to look for it in; see --repository"
	case !looked:
		link.Message = "it was not looked for"
	case known.Status == Proved:
		link.Status, link.Message = Proved, "it is in the history of "+known.Ref
		link.Evidence = []Evidence{{"commit", known.Hash}}
	default:
		link.Status, link.Message = known.Status, known.Reason
		link.Evidence = []Evidence{{"commit", first(known.Hash, commit)}}
	}
	return link
}

// essential are the links that must be proved for the whole to be.
var essential = []string{LinkDigest, LinkSignature, LinkProvenance, LinkAgreement, LinkCommit}

// conclude judges the whole: a broken link breaks it, and it is proved where
// all that is essential is.
func conclude(c Chain) (Status, string) {
	weakest, why := Proved, []string{}
	for _, link := range c.Links {
		if link.Status == Broken {
			return Broken, fmt.Sprintf("%s: %s", link.Name, link.Message)
		}
		if link.Status == Proved || !slices.Contains(essential, link.Name) {
			continue
		}
		if why = append(why, link.Name); weakest != Unknown {
			weakest = link.Status
		}
	}
	switch {
	case c.Digest == "":
		return Unknown, "the image could not be looked at"
	case weakest == Proved:
		return Proved, "the image was built from the commit, and a trusted signer says so"
	case c.Commit != "":
		return Claimed, "a commit is named, and not proved: " + strings.Join(why, ", ")
	}
	return Unknown, "nothing that counts names a commit"
}
