# Writes testdata/gmm/iris_prior.json: mixtures of Gaussians under a Normal-inverse-Wishart prior (Fraley and Raftery 2007) after some
# iterations of EM by mclust, from an M-step without a prior from a partition into runs along the first column. See gmm_sklearn.py,
# which writes the data and comes first.
suppressPackageStartupMessages(library(mclust))

iterations <- 12
k <- 3
shrinkage <- 2.5
models <- c(full = "VVV", tied = "EEE", diag = "VVI", spherical = "VII")

array <- function(v) paste0("[", paste(sprintf("%.17g", v), collapse = ","), "]")

# K matrices, row by row.
matrices <- function(p, k, d) {
  s <- p$variance$sigma
  unlist(lapply(seq_len(k), function(i) as.vector(t(s[, , i]))))
}

x <- as.matrix(read.csv(file.path("..", "gmm", "iris.csv"), header = FALSE))
d <- ncol(x)
mean <- colMeans(x) + c(0.3, -0.2, 0.1, 0.4)
scale <- 0.2
labels <- ceiling(rank(x[, 1], ties.method = "first") * k / nrow(x))
cases <- character()
for (covariance in names(models)) {
  model <- models[[covariance]]
  whole <- covariance %in% c("full", "tied")
  given <- function(data, G, modelName, ...) {
    list(shrinkage = shrinkage, mean = mean, dof = if (whole) d + 2 else 3, scale = if (whole) diag(scale, d) else scale)
  }
  prior <- list(functionName = "given")
  start <- mstep(data = x, modelName = model, z = unmap(labels))$parameters
  p <- start
  for (i in seq_len(iterations)) {
    z <- estep(data = x, modelName = model, parameters = p)$z
    p <- mstep(data = x, modelName = model, z = z, prior = prior)$parameters
  }
  cases <- c(cases, paste0(
    '{"covariance":"', covariance, '","iterations":', iterations,
    ',"weights":', array(start$pro), ',"means":', array(as.vector(start$mean)), ',"covariances":', array(matrices(start, k, d)),
    ',"logDensity":', array(dens(data = x, modelName = model, parameters = p, logarithm = TRUE)),
    ',"fittedWeights":', array(p$pro), ',"fittedMeans":', array(as.vector(p$mean)), ',"fittedCovariances":', array(matrices(p, k, d)), "}"
  ))
}
writeLines(
  paste0(
    '{"source":"mclust ', packageVersion("mclust"), '","k":', k, ',"shrinkage":', shrinkage, ',"mean":', array(mean), ',"scale":', scale,
    ',"cases":[', paste(cases, collapse = ","), "]}"
  ),
  file.path("..", "gmm", "iris_prior.json")
)
