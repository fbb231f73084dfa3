package flow

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// doubts collects what could not be answered, to be told once for all places
// with the same reason.
type doubts struct {
	order []string
	by    map[string]*doubt
}

// doubt is one reason.
type doubt struct {
	what, reason string // "whether job a pushes"
	path         finding.Path
	more         int // further places
}

func (d *doubts) add(path finding.Path, topic, what, reason string) {
	key := topic + "\x00" + reason
	if known := d.by[key]; known != nil {
		if known.path.String() != path.String() {
			known.more++
		}
		return
	}
	if d.by == nil {
		d.by = map[string]*doubt{}
	}
	d.order, d.by[key] = append(d.order, key), &doubt{what: what, reason: reason, path: path}
}

// doubtfulPush says of a push what of it could not be answered.
func (a *analysis) doubtfulPush(pushed *pipeline.Pushed) {
	for i := range pushed.Runs {
		run := &pushed.Runs[i]
		if isUnknown(run.Reached) {
			a.doubts.add(pushed.Path, "pushes", "whether "+pushed.Holder+" pushes", run.Reached.Reason)
			continue
		}
		if isUnknown(run.After.Test) {
			a.doubts.add(pushed.Path, "test", "whether a test has to pass before "+pushed.Holder+" pushes", run.After.Test.Reason)
		}
		if isUnknown(run.After.Lint) {
			a.doubts.add(pushed.Path, "lint", "whether a linter has to pass before "+pushed.Holder+" pushes", run.After.Lint.Reason)
		}
	}
}

// doubtfulDeploy says of a deployment what of it could not be answered. What
// is told of production only is asked for nowhere else.
func (a *analysis) doubtfulDeploy(deploy *pipeline.Deployed) {
	if deploy.EnvironmentUnknown != "" {
		a.unknown(deploy.Path, deploy.EnvironmentUnknown)
	}
	for i := range deploy.Runs {
		run := &deploy.Runs[i]
		if isUnknown(run.Reached) {
			a.doubts.add(deploy.Path, "deploys", "whether "+deploy.Holder+" deploys", run.Reached.Reason)
			continue
		}
		if deploy.Tier == Production && isUnknown(run.After.Staging) {
			a.doubts.add(deploy.Path, "staging", "whether another environment comes before "+deploy.Holder, run.After.Staging.Reason)
		}
	}
	if deploy.Tier == Production {
		a.doubtfulBehind(deploy)
	}
}

// doubtfulBehind says once of what stands behind a deployment whether it is
// known.
func (a *analysis) doubtfulBehind(deploy *pipeline.Deployed) {
	for _, behind := range []pipeline.Fact{deploy.Behind.Wait, deploy.Behind.Rollback, deploy.Behind.SmokeTest, deploy.Behind.VersionCheck, deploy.Behind.Notify} {
		if isUnknown(behind) {
			a.doubts.add(deploy.Path, "behind", "whether what "+deploy.Holder+" deploys is waited for, asked whether it works and undone where it fails", behind.Reason)
		}
	}
}

func isUnknown(f pipeline.Fact) bool { return f.Holds == logic.Unknown.String() }

// tellDoubts writes the doubts into Incomplete.
func (a *analysis) tellDoubts() {
	for _, key := range a.doubts.order {
		d := a.doubts.by[key]
		more := ""
		if d.more > 0 {
			more = fmt.Sprintf(", and the same of %d more", d.more)
		}
		a.unknown(d.path, d.what+more+" is not known: "+d.reason)
	}
}
