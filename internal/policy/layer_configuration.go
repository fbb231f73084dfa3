package policy

import (
	"slices"
	"strings"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/pipeline/flow"
)

// Hold is a configuration below the layers: it has what they say of environments,
// images, activities and kinds that hold Pods, and its waivers of what may not be
// waived are invalid. Without layers it is the configuration itself, which is never
// changed. The error is [config.Errors]: what it may not say.
func (e *Evaluator) Hold(c *config.Config) (*config.Config, error) {
	if len(e.library.layered) == 0 {
		return c, nil
	}
	var h holding
	for _, source := range e.library.layered {
		l := source.Layer
		h.speaks(speech{
			title: source.title(), file: l.File, text: l.Text, environments: l.Environments, own: l.Images.Own, activities: l.Activities, pods: l.Pods,
		})
		h.restrict(source.title(), l.Settings)
	}
	h.speaks(speech{title: "configuration", file: c.File, text: c.Text, environments: c.Environments, own: c.Images.Own, activities: c.Activities, pods: c.Pods})
	if len(h.errs) > 0 {
		return nil, h.errs
	}
	out := *c
	out.Images.Own, out.Activities, out.Pods = h.said.own, h.said.activities, h.said.pods
	if h.said.environments != nil {
		out.Environments = h.said.environments
	}
	out.Waivers = e.refuseWaivers(c.Waivers)
	return &out, nil
}

// Ignorable are the patterns, in the syntax of .gitignore, of what may be left alone
// below layers: of each layer that says so a list, all of which must have the path.
func (e *Evaluator) Ignorable() [][]string {
	var lists [][]string
	for _, source := range e.library.layered {
		if source.Layer.Ignorable != nil {
			lists = append(lists, source.Layer.Ignorable)
		}
	}
	return lists
}

// refuseWaivers are the same waivers, those invalid that layers do not allow.
func (e *Evaluator) refuseWaivers(waivers []*config.Waiver) []*config.Waiver {
	out := make([]*config.Waiver, len(waivers))
	for i, w := range waivers {
		held := *w
		if held.Invalid == "" {
			held.Invalid = e.Unwaivable(w.Rule)
		}
		out[i] = &held
	}
	return out
}

// speech is what a layer, or at last the configuration, says of how guard
// understands what it reads.
type speech struct {
	title, file, text string
	environments      []config.Environment
	own               []string
	activities        []config.Activity
	pods              []config.PodPath
}

// at is where the speech says something; false where it does not.
func (s *speech) at(keys ...any) (config.Place, bool) { return config.Said(s.file, s.text, keys...) }

// holding holds one speech after the other to those above it.
type holding struct {
	said   speech // by all so far
	by     string // who has said what environments there are
	below  bool   // somebody has spoken
	limits []limit
	errs   config.Errors
}

// limit is what a layer lets those below it say.
type limit struct {
	by   string
	keys []string
}

func (h *holding) restrict(by string, keys []string) {
	if keys != nil {
		h.limits = append(h.limits, limit{by, keys})
	}
}

func (h *holding) fail(at config.Place, message string) {
	h.errs = append(h.errs, &config.Error{Place: at, Message: message})
}

func (h *holding) speaks(s speech) {
	h.allowed(&s)
	if h.below {
		h.kinds(&s)
	}
	h.below = true
	if _, said := s.at("environments"); said {
		h.environments(&s)
	}
	h.said.own = append(h.said.own, s.own...)
	h.said.activities = append(h.said.activities, s.activities...)
	h.said.pods = append(h.said.pods, s.pods...)
}

// allowed refuses keys that a layer does not let those below it use.
func (h *holding) allowed(s *speech) {
	for _, l := range h.limits {
		for _, key := range config.Restrictable {
			if at, said := s.at(key); said && !slices.Contains(l.keys, key) {
				h.fail(at, key+": "+l.by+" lets nobody below it say this; a layer allows that by allow: {settings: ["+key+"]}")
			}
		}
	}
}

// kinds refuses another place for the Pods of a kind that guard knows: nobody would
// find them there.
func (h *holding) kinds(s *speech) {
	for i, p := range s.pods {
		if document.HoldsPods(p.Group, p.Kind) {
			at, _ := s.at("kubernetes", "pods", i)
			h.fail(at, "kubernetes.pods: guard knows itself where a "+p.Kind+" keeps its Pod, and below a layer nobody may say otherwise")
		}
	}
}

// environments holds a map of environments to the one above it: an environment may
// be reached by fewer branches and tags and ask for more approval, and may have more
// names.
func (h *holding) environments(s *speech) {
	above := h.said.environments
	if above == nil {
		h.said.environments, h.by = s.environments, s.title
		return
	}
	merged := slices.Clone(above)
	for _, below := range s.environments {
		i := slices.IndexFunc(above, func(e config.Environment) bool { return e.Key == below.Key })
		for _, why := range weaker(above, i, below) {
			at, _ := s.at("environments", below.Key)
			h.fail(at, "environment "+below.Key+" "+why+", which "+h.by+" does not allow")
		}
		if i < 0 {
			merged = append(merged, below)
		} else {
			merged[i] = below
		}
	}
	h.said.environments, h.by = merged, s.title
}

// weaker says in what an environment is weaker than those above. The one it stands
// for is at i of them; none is below 0.
func weaker(above []config.Environment, i int, below config.Environment) []string {
	var whys []string
	for _, name := range below.Names {
		if tier := flow.Tier(flowEnvironments(above), name); tier != "" && tier != below.Key {
			whys = append(whys, "has the name "+name+", by which "+tier+" is meant")
		}
	}
	if i < 0 {
		return whys
	}
	held := above[i]
	if lost := without(held.Names, below.Names); len(lost) > 0 {
		whys = append(whys, "lacks the names "+strings.Join(lost, ", "))
	}
	if more := without(below.Branches, held.Branches); len(more) > 0 {
		whys = append(whys, "may be reached by the branches "+strings.Join(more, ", "))
	}
	if more := without(below.Tags, held.Tags); len(more) > 0 {
		whys = append(whys, "may be reached by the tags "+strings.Join(more, ", "))
	}
	if slices.Index(config.Approvals, below.Approval) < slices.Index(config.Approvals, held.Approval) {
		whys = append(whys, "has approval: "+below.Approval+" and not "+held.Approval)
	}
	return whys
}

// without are the texts of a list that another lacks.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(text string) bool { return slices.Contains(other, text) })
}

func flowEnvironments(configured []config.Environment) []flow.Environment {
	list := make([]flow.Environment, len(configured))
	for i, e := range configured {
		list[i] = flow.Environment(e)
	}
	return list
}
