package metadata

import (
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// Inputs are the action's inputs as the run sees them: expressions have been
// replaced by their values.
type Inputs struct {
	Images symbol.Value
	Tags   symbol.Value
	Flavor symbol.Value
	Labels symbol.Value
	Git    bool // the input "context" is git: the run's Ref and SHA are what is checked out, whatever the event
	Major  int  // of the action's version: 3 to 6; 0 for the newest
}

// newest is the major version whose behaviour is taken for versions that are
// not known.
const newest = 6

func (in Inputs) major() int {
	if in.Major <= 0 || in.Major > newest {
		return newest
	}
	return in.Major
}

// Context is what the action knows of the run. What the event does not have is
// empty; what is not known is symbol.Nobody, or a part that says what it is.
type Context struct {
	Event         string       // github.event_name
	Ref           symbol.Value // github.ref: refs/heads/…, refs/tags/…, refs/pull/…/merge
	SHA           symbol.Value // github.sha; empty for one that is not known
	HeadSHA       symbol.Value // github.event.pull_request.head.sha
	BaseRef       symbol.Value // github.event.pull_request.base.ref, or github.event.base_ref of a push
	Number        symbol.Value // github.event.number; empty for one that is not known
	DefaultBranch symbol.Value // github.event.repository.default_branch; empty for one that is not known
	Environment   Environment
}

// Environment is the variables of the step that change what the action does.
type Environment struct {
	PRHeadSHA      symbol.Value // DOCKER_METADATA_PR_HEAD_SHA
	ShortSHALength symbol.Value // DOCKER_METADATA_SHORT_SHA_LENGTH
}

// Result is what the action gives out. Where Invalid is not empty it fails
// instead, and there are no tags.
type Result struct {
	Tags    []Tag        // in the order of the output "tags"
	Names   []Tag        // in the order of the output "tag-names"; without images
	Version symbol.Value // the output "version"; empty where no rule fires
	Labels  []Label      // the output "labels", by name
	Invalid []Problem    // what the action refuses
	Unknown []Problem    // what nobody can tell; while there is any, Tags need not be all
}

// Tag is one line of the output "tags".
type Tag struct {
	Reference symbol.Value // image:name, or the name alone where there is no image
	Image     symbol.Value
	Name      symbol.Value
	Latest    bool         // the flavor adds it, not a rule of its own
	Rule      Rule         // where it comes from; of a tag that the flavor adds, the rule that makes it do so
	Certain   logic.Answer // yes or unknown: whether the run gives the image this tag
}

// Label is a label that the action sets.
type Label struct {
	Name  string
	Value symbol.Value
}

// Problem is a line of an input that is wrong or cannot be understood.
type Problem struct {
	Input   string // "tags", "images", "flavor", "labels"; "env" for a variable of the step
	Line    int    // from 0 on, in the text of the input; -1 where it is no single line
	Message string
}
