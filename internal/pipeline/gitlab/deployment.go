package gitlab

import (
	"guard/internal/pipeline"
)

// details reads what only GitLab says of a job.
func (r *reader) details(job *pipeline.Job, v value) {
	job.Deployment = r.deployment(v.get("environment"))
	job.Coverage = r.text(v.get("coverage"))
	job.Reports = r.reports(r.inherited(v, "artifacts").get("reports"))
	job.Retry = r.retry(r.inherited(v, "retry"))
	job.Release = r.text(v.get("release").get("tag_name"))
	job.Interruptible = r.text(r.inherited(v, "interruptible"))
	if group := r.text(v.get("resource_group")); group.Value != "" {
		job.Concurrency = &pipeline.Concurrency{Group: group.Value, Path: group.Path}
	}
}

// deployment reads environment:, a name or a map; nil where there is none.
func (r *reader) deployment(v value) *pipeline.Deployment {
	v, ok := r.follow(v, 0)
	if !ok || !v.isSet() {
		return nil
	}
	d := &pipeline.Deployment{
		Action: r.text(v.get("action")).Value,
		Tier:   r.text(v.get("deployment_tier")).Value,
		URL:    r.text(v.get("url")), OnStop: r.text(v.get("on_stop")), AutoStop: r.text(v.get("auto_stop_in")),
		Path: v.path,
	}
	if d.Action == "" {
		d.Action = "start"
	}
	d.Deploys = d.Action == "start"
	return d
}

// reports reads artifacts: reports:, kinds with a file or a list of files;
// coverage_report: has its file inside.
func (r *reader) reports(v value) []pipeline.Report {
	reports := []pipeline.Report{}
	v, _ = r.follow(v, 0)
	for _, m := range v.members() {
		at, ok := r.follow(m.value, 0)
		if !ok {
			continue
		}
		if at.isMap() {
			at = at.get("path")
		}
		reports = append(reports, pipeline.Report{Kind: m.key, Files: r.texts(at), Path: m.value.path})
	}
	return reports
}

// retry reads a number, or a map with one.
func (r *reader) retry(v value) pipeline.Text {
	v, ok := r.follow(v, 0)
	if ok && v.isMap() {
		return r.text(v.get("max"))
	}
	return r.text(v)
}
