package trace_test

import (
	"encoding/json"
	"strings"
	"testing"

	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/trace"
)

const (
	one = "1111111111111111111111111111111111111111"
	two = "2222222222222222222222222222222222222222"
)

// proved is the input of a chain that holds.
func proved(predicateType, predicate string) trace.Input {
	statement := signature.Statement{PredicateType: predicateType, Predicate: json.RawMessage(predicate)}
	outcome := signature.Outcome{Authority: "ci", Status: signature.Satisfied, Accepted: []signature.Proof{{Signer: signature.Signer{KeyHash: "k"}, Statement: &statement}}}
	return trace.Input{
		Reference: (*imageref.Classifier)(nil).Parse("registry.example.com/team/app:main-" + one[:7]), Digest: "sha256:0",
		Platforms: []trace.Platform{{Name: "linux/amd64", Labels: map[string]string{"org.opencontainers.image.revision": one}}},
		Verified:  &signature.Result{Status: signature.Satisfied, Attestations: []signature.Demand{{PredicateType: predicateType, Status: signature.Satisfied, Authorities: []signature.Outcome{outcome}}}},
		Commits:   map[string]trace.Commit{one: {Status: trace.Proved, Hash: one, Ref: "branch main"}},
	}
}

const whole = `{"buildDefinition":{"resolvedDependencies":[{"uri":"git+https://github.com/acme/shop@refs/heads/main","digest":{"gitCommit":"` + one + `"}}]}}`

func TestBuild_WhatProvenanceNames(t *testing.T) {
	const v1, v02 = signature.PredicateProvenanceV1, signature.PredicateProvenanceV02
	tests := map[string]struct {
		predicateType, predicate string
		want                     trace.Status // of the provenance
		commit                   string       // that it names
	}{
		"a dependency":                {v1, whole, trace.Proved, one},
		"several sources":             {v1, strings.Replace(whole, `}]}}`, `},{"uri":"git+https://github.com/acme/lib","digest":{"gitCommit":"`+two+`"}}]}}`, 1), trace.Unknown, ""},
		"several, of which one is it": {v1, `{"buildDefinition":{"externalParameters":{"workflow":{"repository":"https://github.com/acme/lib"}},` + strings.Replace(whole[len(`{"buildDefinition":{`):], `}]}}`, `},{"uri":"git+https://github.com/acme/lib","digest":{"gitCommit":"`+two+`"}}]}}`, 1), trace.Proved, two},
		"an image":                    {v1, `{"buildDefinition":{"resolvedDependencies":[{"uri":"pkg:docker/alpine","digest":{"sha256":"` + one + `"}}]}}`, trace.Unknown, ""},
		"no commit":                   {v1, strings.Replace(whole, one, "main", 1), trace.Unknown, ""},
		"of another shape":            {v1, `{"buildDefinition":[]}`, trace.Unknown, ""},
		"a source of version 0.2":     {v02, `{"invocation":{"configSource":{"uri":"https://github.com/acme/shop.git","digest":{"sha1":"` + two + `"}}}}`, trace.Proved, two},
		"a material of version 0.2":   {v02, `{"materials":[{"uri":"pkg:docker/alpine@3","digest":{"sha256":"00"}},{"uri":"git+https://github.com/acme/shop","digest":{"sha1":"` + two + `"}}]}`, trace.Proved, two},
		"version 1 taken for 0.2":     {v02, whole, trace.Unknown, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			chain := trace.Build(proved(tt.predicateType, tt.predicate))
			link := chain.Link(trace.LinkProvenance)
			if link.Status != tt.want || tt.commit != "" && link.Evidence[0].Value != tt.commit {
				t.Errorf("%+v, want %s: %s", link, tt.want, tt.commit)
			}
			if (chain.Status == trace.Proved) != (tt.commit == one) {
				t.Errorf("the whole is %s: %s", chain.Status, chain.Message)
			}
		})
	}
}

// Nothing but what is proved makes the whole proved.
func TestBuild_EachEssentialLinkIsEssential(t *testing.T) {
	tests := map[string]struct {
		change func(*trace.Input)
		want   trace.Status
	}{
		"nothing":                   {func(*trace.Input) {}, trace.Proved},
		"no digest":                 {func(in *trace.Input) { in.Digest = "" }, trace.Unknown},
		"no such image":             {func(in *trace.Input) { in.Digest, in.Missing = "", true }, trace.Broken},
		"nothing verified":          {func(in *trace.Input) { in.Verified = nil }, trace.Claimed},
		"no signature":              {func(in *trace.Input) { in.Verified.Signature = &signature.Demand{Status: signature.Unsigned} }, trace.Claimed},
		"a broken signature":        {func(in *trace.Input) { in.Verified.Signature = &signature.Demand{Status: signature.Invalid} }, trace.Broken},
		"provenance not accepted":   {func(in *trace.Input) { in.Verified.Attestations[0].Status = signature.Incomplete }, trace.Claimed},
		"another commit in a label": {func(in *trace.Input) { in.Platforms[0].Labels["org.opencontainers.image.revision"] = two }, trace.Broken},
		"a commit not in the clone": {func(in *trace.Input) { in.Commits[one] = trace.Commit{Status: trace.Unknown} }, trace.Claimed},
		"a commit on no branch":     {func(in *trace.Input) { in.Commits[one] = trace.Commit{Status: trace.Broken} }, trace.Broken},
		"no clone":                  {func(in *trace.Input) { in.Commits = nil }, trace.Claimed},
		"nothing that names one": {func(in *trace.Input) {
			in.Verified, in.Platforms, in.Reference = nil, nil, (*imageref.Classifier)(nil).Parse("app:latest")
		}, trace.Unknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := proved(signature.PredicateProvenanceV1, whole)
			tt.change(&in)
			if chain := trace.Build(in); chain.Status != tt.want {
				t.Errorf("the whole is %s: %s; want %s\n%+v", chain.Status, chain.Message, tt.want, chain.Links)
			}
		})
	}
}
