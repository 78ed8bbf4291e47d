# What R's flexmix (2.3-18) makes of votes and of eruptions in seconds and minutes, for TestFlexmix: Rscript mixtures.R > mixtures.csv
suppressMessages(library(flexmix))
v <- read.csv("../../internal/datasets/votes.csv")[, -1]
complete <- 1 * (as.matrix(v[rowSums(v == "?") == 0, ]) == "y")
f <- read.csv("../../internal/datasets/faithful.csv")
counts <- cbind(floor(60 * f$eruptions), f$waiting)
control <- list(iter.max = 5000, tolerance = 1e-15, minprior = 0)
best <- function(y, k, model) {
  best <- NULL
  for (seed in 1:20) {
    set.seed(seed)
    m <- flexmix(y ~ 1, k = k, model = model, control = control)
    if (is.null(best) || logLik(m) > logLik(best)) best <- m
  }
  best
}
show <- function(name, m) {
  p <- sapply(seq_len(m@k), function(k) c(prior(m)[k], unlist(parameters(m, component = k, simplify = FALSE))))
  p <- p[, order(p[1, ]), drop = FALSE]
  cat(name, m@k, format(as.numeric(logLik(m)), digits = 12), format(p, digits = 8, trim = TRUE), sep = ",")
  cat("\n")
}
for (k in 2:3) show("bernoulli", best(complete, k, FLXMCmvbinary()))
for (k in 2:3) show("poisson", best(counts, k, FLXMCmvpois()))
