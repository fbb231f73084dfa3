package document

import (
	"cmp"
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// argoApplication reads an Application, or the template of an ApplicationSet.
func (r *reader) argoApplication(application place) {
	spec := r.mapping(application.get("spec"))
	sources := r.maps(spec.get("sources"))
	for i, source := range sources {
		r.argoSource(source, fmt.Sprintf("source %d", i+1))
	}
	if source := r.mapping(spec.get("source")); len(sources) == 0 && source.node.IsSet() { // with sources it counts for nothing
		r.argoSource(source, "source")
	}
	if source := r.mapping(r.mapping(spec.get("sourceHydrator")).get("drySource")); source.node.IsSet() {
		r.argoSource(source, "source")
	}
	r.doc.GitOps.AutoSync = r.argoSync(spec)
	r.updaterAnnotations(r.mapping(application.get("metadata")).get("annotations"))
}

// argoSource reads one source. A part of one, such as a patch, may lack its
// address; then it counts only if it gives a revision.
func (r *reader) argoSource(source place, holder string) {
	address, at := source.get("repoURL").node.Scalar(), source.get("targetRevision")
	chart := source.get("chart").node.Scalar()
	if address == "" && !at.node.IsSet() {
		return
	}
	holder = holderOf(holder, address)
	text := at.node.Scalar()
	switch {
	case chart != "":
		r.source("helm", "chart "+chart, at, chartRevision(text))
	case strings.HasPrefix(address, "oci://"):
		r.source("oci", holder, at, r.load.artifactRevision(text))
	default:
		r.source("git", holder, at, r.load.gitRevision(text))
	}
}

func (r *reader) source(kind, holder string, at place, read revision) {
	r.doc.GitOps.Sources = append(r.doc.GitOps.Sources, GitOpsSource{
		Holder: holder, Kind: kind, Revision: Text{Value: at.node.Scalar(), Path: at.path}, Floats: read.floats, Follows: read.follows,
	})
}

// argoSync tells whether Argo CD applies by itself what is in Git.
func (r *reader) argoSync(spec place) GitOpsSync {
	automated := r.mapping(spec.get("syncPolicy")).get("automated")
	sync := GitOpsSync{Automatic: pipeline.Fact{Holds: "no"}, Project: spec.get("project").node.Scalar(), Path: automated.path}
	switch enabled, known := automated.node.Get("enabled").Bool(); {
	case holdsVariable(automated.node.Scalar()):
		sync.Automatic = unknownFact("automated holds a variable that is not known here")
	case r.mapping(automated).node.IsSet() && (enabled || !known):
		sync.Automatic = pipeline.Fact{Holds: "yes"}
	}
	return sync
}

// updaterPrefix begins the annotations of Argo CD Image Updater.
const updaterPrefix = updaterGroup + "/"

// updaterAnnotations reads which images Argo CD Image Updater replaces:
//
//	image-list: web=registry.example.com/web:1.x, registry.example.com/db
//	web.update-strategy: newest-build
//	web.allow-tags: regexp:^main-
func (r *reader) updaterAnnotations(annotations place) {
	list := annotations.get(updaterPrefix + "image-list")
	if list.node.Scalar() == "" {
		return
	}
	for item := range strings.SplitSeq(list.node.Scalar(), ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if r.tooManyUpdates(list) {
			return
		}
		alias, image, named := strings.Cut(item, "=")
		if !named {
			alias, image = "", item
		}
		setting := func(name string) string {
			own := ""
			if alias != "" {
				own = annotations.node.Get(updaterPrefix + alias + "." + name).Scalar()
			}
			return cmp.Or(own, annotations.node.Get(updaterPrefix+name).Scalar())
		}
		r.update(image, setting("update-strategy"), setting("allow-tags"), setting("ignore-tags"), list.path)
	}
}

// imageUpdater reads an ImageUpdater, whose settings stand at the image, else
// at the applications, else above all.
func (r *reader) imageUpdater(spec place) {
	for _, applications := range r.maps(spec.get("applicationRefs")) {
		if annotated, _ := applications.node.Get("useAnnotations").Bool(); annotated {
			continue // the applications say it
		}
		for _, image := range r.maps(applications.get("images")) {
			if r.tooManyUpdates(image) {
				return
			}
			setting := func(name string) string {
				for _, at := range []place{image, applications, spec} {
					if found := at.node.Dig("commonUpdateSettings", name); found.IsSet() {
						return settingText(found)
					}
				}
				return ""
			}
			name := image.get("imageName")
			r.update(name.node.Scalar(), setting("updateStrategy"), setting("allowTags"), setting("ignoreTags"), name.path)
		}
	}
}

// tooManyUpdates says so where an object replaces more images than are read.
func (r *reader) tooManyUpdates(at place) bool {
	if len(r.doc.GitOps.Updates) < maxDeployed {
		return false
	}
	r.exceeded(at, fmt.Sprintf("more than %d images that one object replaces", maxDeployed))
	return true
}

// settingText is a setting in one line, whether it is a text or a list.
func settingText(n *tree.Node) string {
	words := []string{n.Scalar()}
	for _, item := range n.Items {
		words = append(words, item.Scalar())
	}
	return strings.Trim(strings.Join(words, ","), ",")
}

// update adds an image that Argo CD Image Updater replaces.
func (r *reader) update(image, strategy, allowed, ignored string, path finding.Path) {
	u := GitOpsUpdate{Tool: "Argo CD Image Updater", Image: image, Strategy: cmp.Or(strategy, "semver"), Path: path}
	all := allowed == "" || allowed == "any"
	switch u.Strategy {
	case "semver":
	case "digest":
		r.followsTag(&u, cmp.Or(tagOf(image), "latest"))
	case "newest-build", "latest":
		u.Strategy = "newest-build"
		u.picks(all, ignored, "takes whatever was built last, of whichever branch")
	case "alphabetical", "name":
		u.Strategy = "alphabetical"
		u.picks(all, ignored, "takes the tag whose name sorts last, whatever it is")
	default:
		u.Unknown = fmt.Sprintf("what the strategy %q takes is not known", u.Strategy)
	}
	r.doc.GitOps.Updates = append(r.doc.GitOps.Updates, u)
}

// picks is for a strategy that takes any tag, unless some are kept out.
func (u *GitOpsUpdate) picks(all bool, ignored, fault string) {
	switch {
	case all && ignored == "":
		u.Fault = fault
	case all:
		u.Unknown = "which tags are left is not known"
	}
}

// followsTag is for a strategy that takes whatever one tag names.
func (r *reader) followsTag(u *GitOpsUpdate, tag string) {
	switch read := r.load.artifactRevision(tag); read.floats.Holds {
	case "yes":
		u.Fault = fmt.Sprintf("follows %s, which moves", read.follows)
	case "unknown":
		u.Unknown = read.floats.Reason
	}
}

// tagOf is what stands behind the colon of an image's name.
func tagOf(image string) string {
	name, _, _ := strings.Cut(image, "@")
	_, tag, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	return tag
}
