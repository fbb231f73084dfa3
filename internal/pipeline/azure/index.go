package azure

// index finds the variables of one level by name, and by the name that they
// have in the environment of scripts.
type index struct {
	named       map[string][]variable // in lower case; in the order of the file
	environment map[string][]string
}

func indexOf(all []variable) index {
	i := index{named: map[string][]variable{}, environment: map[string][]string{}}
	for _, v := range all {
		key := lower(v.name)
		if len(i.named[key]) == 0 {
			env := environmentName(v.name)
			i.environment[env] = append(i.environment[env], v.name)
		}
		i.named[key] = append(i.named[key], v)
	}
	return i
}

// indexes are the variables of a whole file.
type indexes struct {
	file    index
	stages  []index
	jobs    []index
	setters []map[string][]string // of each job: names that scripts set, by their names in the environment
}

func indexesOf(file *File, setters []map[string][]setter) indexes {
	all := indexes{file: indexOf(file.variables)}
	for _, s := range file.stages {
		all.stages = append(all.stages, indexOf(s.variables))
	}
	for i, j := range file.jobs {
		all.jobs = append(all.jobs, indexOf(j.variables))
		names := map[string][]string{}
		for _, key := range sortedKeys(setters[i]) {
			names[environmentName(key)] = append(names[environmentName(key)], key)
		}
		all.setters = append(all.setters, names)
	}
	return all
}
