# Writes the tables of this folder: Rscript gen.R
write.csv(setNames(iris, c("sepal_length", "sepal_width", "petal_length", "petal_width", "species")), "iris.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(discoveries = as.integer(discoveries)), "discoveries.csv", row.names = FALSE, quote = FALSE)
