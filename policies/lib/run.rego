# METADATA
# scope: package
# description: Speaks of the runs of a pipeline, and of what happens in them.
# schemas:
# - input: schema.pipeline
package guard.lib.run

# certain lists those of the runs in which an element is reached for certain.
certain(reaches) := [reach | some reach in reaches; reach.reached.holds == "yes"]

# without lists the runs in which something must not have gone well before, for
# certain: after is the name of what is asked for, such as "test".
without(reaches, after) := [reach | some reach in certain(reaches); reach.after[after].holds == "no"]

# from_pull_requests lists the runs that a pull request starts.
from_pull_requests(reaches) := [reach | some reach in certain(reaches); reach.situation in {"fork", "pull-request"}]

# titles names runs for a message: "push to main, push to develop and 3 more".
titles(reaches) := concat(", ", _titles(reaches)) if count(_titles(reaches)) <= 3

titles(reaches) := sprintf("%s, %s and %d more", [all[0], all[1], count(all) - 2]) if {
	all := _titles(reaches)
	count(all) > 3
}

_titles(reaches) := [reach.title | some i, reach in reaches; not _seen(reaches, i)]

_seen(reaches, i) if {
	some j
	j < i
	reaches[j].title == reaches[i].title
}
