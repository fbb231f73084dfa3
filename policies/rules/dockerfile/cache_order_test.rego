package guard.rules.dockerfile.cache_order_test

import data.guard.rules.dockerfile.cache_order

_deny(text) := {d.message | some d in cache_order.deny with input as guard.parse("dockerfile", sprintf("FROM node:20.11.1 AS web\n%s\n", [text]))}

test_deny_sources_first if {
	cache_order.deny == {{
		"message": "stage 0: everything is copied before npm installs the dependencies",
		"path": ["instructions", 2],
	}} with input as guard.parse("dockerfile", "FROM node:20.11.1\nWORKDIR /srv\nCOPY . .\nRUN npm ci && npm run build\n")
}

test_deny_other_managers if {
	every command in ["yarn", "pnpm install --frozen-lockfile", "pip install -r requirements.txt", "bundle install", "go mod download"] {
		count(_deny(sprintf("COPY . .\nRUN %s", [command]))) == 1
	}
}

test_allow_dependencies_first if {
	_deny("COPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build") == set()
	_deny("COPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm ci --omit=dev") == set()
}

test_allow_mounted_cache if {
	_deny("COPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci") == set()
}

test_allow_named_packages if {
	_deny("COPY . .\nRUN npm install -g pm2 && pip install .") == set()
}

test_deny_flag_that_keeps_no_cache if {
	count(_deny("COPY . .\nRUN --network=host npm ci")) == 1
}

test_allow_copy_into_an_image_built_from_it if {
	_deny("ONBUILD COPY . .\nRUN npm ci") == set()
}
