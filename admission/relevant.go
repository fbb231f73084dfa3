package admission

import (
	"encoding/json"

	"guard/internal/document"
	"guard/internal/finding"
)

// runs is what an object lets run, as far as a change to it is a reason to
// judge the object anew: the containers of its Pods with their images and
// security contexts, those of the Pods, and the images of volumes.
type runs map[string]string

// runsOf reads what the documents of an object let run.
func runsOf(documents []*document.Document) runs {
	all := runs{}
	for i, d := range documents {
		for j, pod := range pods(d) {
			holder := key(i, j)
			all[key(holder, "pod")] = written(d, pod.Security.Path)
			for _, c := range pod.Containers {
				all[key(holder, c.Type, c.Name)] = key(c.Image.Value, written(d, c.Security.Path))
			}
		}
		for _, image := range d.Images {
			if image.Role == document.RoleVolume {
				all[key(i, "volume", image.Holder)] = image.Raw
			}
		}
	}
	return all
}

// pods are the Pods that a document holds.
func pods(d *document.Document) []document.Workload {
	var all []document.Workload
	if d.Workload != nil {
		all = append(all, *d.Workload)
	}
	if d.Kubernetes != nil {
		all = append(all, d.Kubernetes.MorePods...)
	}
	return all
}

// written is a part of the object as it stands in it; "" where it is not
// there.
func written(d *document.Document, path finding.Path) string {
	node, exact := d.Written(path)
	if !exact {
		return ""
	}
	text, err := json.Marshal(node)
	if err != nil {
		return "unreadable: " + err.Error()
	}
	return string(text)
}

// key joins parts so that no two lists of parts look alike.
func key(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		panic("a key is made of texts and numbers: " + err.Error())
	}
	return string(text)
}

// within tells whether everything that r lets run, old lets run too, in the
// same way.
func (r runs) within(old runs) bool {
	for name, what := range r {
		if before, known := old[name]; !known || before != what {
			return false
		}
	}
	return true
}

// unexcused are the findings that an object did not have before. A message
// names what it is about, so the place, which moves, does not count.
func unexcused(now, before []finding.Finding) []finding.Finding {
	left := map[string]int{}
	for _, f := range before {
		left[key(f.Rule, f.Message)]++
	}
	var fresh []finding.Finding
	for _, f := range now {
		if said := key(f.Rule, f.Message); left[said] > 0 {
			left[said]--
			continue
		}
		fresh = append(fresh, f)
	}
	return fresh
}
